use atlas::index::*;
fn main(){
 let z:Vec<_>=atlas::read_geojson(&std::fs::read("/tmp/bench/zones500.geojson").unwrap()).unwrap().0.into_iter().map(|f|f.geometry.polygons).collect();
 let ix=ZoneIndex::build(z);
 let mut r=csv::Reader::from_path("/tmp/bench/points1m.csv").unwrap();
 let (mut lon,mut lat,mut rad)=(vec![],vec![],vec![]);
 for rec in r.records(){ let rec=rec.unwrap(); lon.push(rec[1].parse::<f64>().unwrap()); lat.push(rec[2].parse::<f64>().unwrap()); rad.push(rec[4].parse::<f32>().unwrap()); }
 for cap in [1f32,10.0,100.0,300.0,600.0,1000.0,2000.0,5000.0,1e9] { let rr:Vec<f32>=rad.iter().map(|r|r.min(cap)).collect(); let t=std::time::Instant::now(); let mut o=vec![]; ix.held(&lon,&lat,&rr,&mut o); println!("cap {cap}: {:.0} ns/pt doubts {}", t.elapsed().as_secs_f64()*1e9/lon.len() as f64, ix.doubt_count()); }
}
